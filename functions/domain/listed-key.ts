/** A key in a listing with `EncodingType: 'url'`, which every listing needs: XML cannot hold every key. S3 writes a space as `+`. */
export const listedKey = (key = ''): string => decodeURIComponent(key.replaceAll('+', ' '));
