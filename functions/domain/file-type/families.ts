export const sameFamily = (one: string, other: string): boolean => one.split('/')[0] === other.split('/')[0];
