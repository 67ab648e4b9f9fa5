const CLAMAV = {
  what: 'ClamAV',
  probes: ['clamd', 'freshclam'],
  packages: ['clamav-daemon', 'clamav-freshclam'],
  elsewhere:
    'Install it so that `clamd` and `freshclam` are on the PATH ' +
    '(macOS: `brew install clamav`; Fedora: `dnf install clamd clamav-freshclam`; Arch: `pacman -S clamav`)',
};

/** Only for `npm run test:ceph`. */
const CEPH = {
  what: 'Ceph',
  probes: ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-mgr', 'ceph-osd', 'ceph', 'ceph-authtool', 'monmaptool'],
  packages: ['radosgw', 'ceph-mon', 'ceph-mgr', 'ceph-osd', 'ceph-common'],
  elsewhere:
    'Install its RADOS gateway, monitor, manager, OSD and command line so that they are on the PATH (Linux only)',
};

/** Only for `npm run test:image`. */
const IMAGE = {
  what: 'What builds the image without Docker',
  probes: ['buildah', 'mmdebstrap', 'mount'],
  packages: ['buildah', 'mmdebstrap', 'mount', 'debian-archive-keyring'],
  elsewhere: 'This needs Debian or Ubuntu: build with Docker as `cdk deploy` does',
};

/** Only for `npm run test:browser` and `npm run test:console`. */
const BROWSER = {
  what: 'Chromium',
  probes: ['chromium'],
  packages: ['chromium'],
  elsewhere: 'Install it so that `chromium` is on the PATH',
};

/** Only for `npm run test:clients`, which runs those of the distribution whatever else the PATH has. */
const CLIENTS = {
  what: 'One of the AWS CLI, boto3, rclone, s3cmd and Chromium',
  probes: ['/usr/bin/aws', '/usr/lib/python3/dist-packages/boto3', 'rclone', 's3cmd', 'chromium'],
  packages: ['awscli', 'python3-boto3', 'rclone', 's3cmd', 'chromium'],
  elsewhere: 'This needs Debian or Ubuntu',
};

/** Only for `npm run bench`, which measures them too. */
const CLAMAV_CLIENTS = {
  what: "ClamAV's own clients",
  probes: ['clamdscan', 'clamscan'],
  packages: ['clamdscan', 'clamav'],
  elsewhere:
    'Install them so that `clamdscan` and `clamscan` are on the PATH (Fedora: `dnf install clamav`; Arch: `pacman -S clamav`)',
};

/** Only for `npm run test:rails`. */
const RAILS = {
  what: 'Rails',
  probes: ['ruby', 'bundle', 'puma', 'pdftoppm', 'identify'],
  gems: ['rails', 'sprockets-rails', 'puma', 'sqlite3', 'aws-sdk-s3', 'image_processing', 'ruby-vips'],
  packages: [
    ...['ruby-rails', 'ruby-sprockets-rails', 'puma', 'ruby-sqlite3', 'ruby-aws-sdk-s3'],
    ...['ruby-image-processing', 'poppler-utils'],
  ],
  elsewhere: 'Install Ruby, the gems of examples/rails/Gemfile and Poppler',
};

/** What a command needs beside the npm packages, by the first argument of setup.mjs. */
export const NEEDS = {
  '--npm-only': [],
  '--bench': [CLAMAV, CLAMAV_CLIENTS],
  '--ceph': [CLAMAV, CEPH],
  '--image': [CLAMAV, IMAGE],
  '--browser': [CLAMAV, BROWSER],
  '--clients': [CLAMAV, CLIENTS],
  '--rails': [CLAMAV, RAILS],
};

export const DEFAULT_NEEDS = [CLAMAV];

/** Why this machine or account cannot do what the option is for. */
export function optionFault(option) {
  const fits = process.getuid?.() === 0 && process.platform === 'linux' && process.arch === 'x64';
  if (option !== '--image' || fits) return undefined;
  return 'the image is built and entered as root, on Linux on x86_64 (Debian or Ubuntu): sudo npm run test:image';
}
