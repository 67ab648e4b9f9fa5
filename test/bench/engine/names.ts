/** Of the S3 server that the scanner reads from. */
export const BUCKET = 'bench';
