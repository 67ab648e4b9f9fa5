/** Deflated data are broken, or cut off. */
export class Broken extends Error {}
