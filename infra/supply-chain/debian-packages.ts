import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from './cyclonedx.ts';

/** Where the image has the record of each package: docs/decisions/0005-the-scanner-image-is-debian.md. */
const RECORDS = 'var/lib/dpkg/status.d';

/**
 * The Debian packages of an image, whose files are in the folder.
 * @throws Error when the folder has no records of packages
 */
export function debianPackages(imageRoot: string): Component[] {
  const records = join(imageRoot, RECORDS);
  const distribution = distributionOf(readFileSync(join(imageRoot, 'etc/os-release'), 'utf8'));
  return readdirSync(records)
    .sort()
    .map((name) => debianPackage(readFileSync(join(records, name), 'utf8'), distribution));
}

/**
 * One record of dpkg's status as a component.
 * @param distribution such as `debian-12`
 * @throws Error when it is no record
 */
export function debianPackage(record: string, distribution: string): Component {
  const field = (key: string) => new RegExp(`^${key}: (.+)$`, 'm').exec(record)?.[1];
  const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
  if (name === undefined || version === undefined || architecture === undefined) {
    throw new Error(`not a record of dpkg: ${JSON.stringify(record.slice(0, 80))}`);
  }
  // `Source: clamav (1.4.6-1)`: advisories name the source package.
  const source = field('Source')?.split(' ')[0] ?? name;
  const [vendor = 'debian'] = distribution.split('-');
  const qualifiers = new URLSearchParams({ arch: architecture, distro: distribution });
  const purl = `pkg:deb/${vendor}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?${qualifiers}`;
  return {
    'bom-ref': purl,
    type: 'library',
    name,
    version,
    scope: 'required',
    purl,
    properties: [{ name: 's3-airlock:debian:source', value: source }],
  };
}

function distributionOf(osRelease: string): string {
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]+)"?$`, 'm').exec(osRelease)?.[1];
  return `${value('ID') ?? 'debian'}-${value('VERSION_ID') ?? 'unknown'}`;
}
