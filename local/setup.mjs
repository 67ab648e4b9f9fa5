// Installs what a command needs (npm packages, Node 24, ClamAV), then runs it; only the command writes to stdout.
// This file is read by any Node from 12.20, so it holds no newer syntax and imports the rest only where that is read, too.
const OLDEST_NODE = 20;

const version = process.versions.node;
if (Number(version.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `setup: this is Node ${version}, and s3-airlock needs Node ${OLDEST_NODE} or newer to install its own Node 24. ` +
      'Install it from https://nodejs.org or with your version manager (`nvm install 24`), then run this again.\n',
  );
  process.exitCode = 1;
} else {
  import('./setup/main.mjs');
}
