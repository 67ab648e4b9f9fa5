export const SUITES: Readonly<Record<string, readonly string[]>>;
export function suitesOf(file: string): string[];
export function testsOf(name: string): string[];
export function testsOfNoSuite(): string[];
