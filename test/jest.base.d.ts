export const base: Readonly<Record<string, unknown>>;
export function suite(name: string, more?: object): object;
