const decoded = (base64: string) => Buffer.from(base64, 'base64');

/** Clean content that an overly broad signature would match. */
export const CLEAN_SAMPLES: Readonly<Record<string, string | Buffer>> = {
  'clean.txt': 'Nothing is wrong with this file.\n',
  'clean.csv': 'id,name\n1,one\n2,two\n',
  'clean.json': '{ "id": 1, "name": "one" }\n',
  'clean.html':
    '<!DOCTYPE html>\n<html><head><title>Clean</title></head><body><p>Nothing is wrong.</p></body></html>\n',
  'clean.pdf': '%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n',
  // White, one pixel each.
  'clean.png': decoded('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC'),
  'clean.gif': decoded('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs='),
  // A zip too: one paragraph.
  'clean.docx': decoded(
    'UEsDBBQAAAAIAAAAIVz3VP4j2QAAAGQBAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbJWQu1LDMBBFf0WjlrHWUDAMYzsFjxIowgfs' +
      'yGtbg16jVUL4e9YJSZGOUrpn75G22xyCV3sq7FLs9a1ptaJo0+ji3OvP7WvzoDdDt/3JxErQyL1eas2PAGwXCsgmZYqSTKkErHIs' +
      'M2S0XzgT3LXtPdgUK8Xa1LVDD90zTbjzVb0c5PqkLeRZq6cTuLp6jTl7Z7FKDvs4XlmaP4ORySPDi8t8I4CGoXuX/xQ3kvrAUt8w' +
      'SB18pzLCmOwuiMKs4L98aZqcpcv82pZLssQsiwreXJKALp7fAce1Db9QSwMEFAAAAAgAAAAhXDZX3tyiAAAAGAEAAAsAAABfcmVs' +
      'cy8ucmVsc43POw7CMAwG4KtE3qkLA0KoaReE1BWVA0SJm0Y0DyXhdXsyMFDEwGj792e56R52ZjeKyXjHYV3VwMhJr4zTHM7DcbWD' +
      'rm1ONItcEmkyIbGy4hKHKeewR0xyIitS5QO5Mhl9tCKXMmoMQl6EJtzU9RbjpwFLk/WKQ+zVGtjwDPSP7cfRSDp4ebXk8o8TX4ki' +
      'i6gpc7j7qFC921VhAdsGFy+2L1BLAwQUAAAACAAAACFcyk9biZcAAADJAAAAEQAAAHdvcmQvZG9jdW1lbnQueG1sRY69DsIwDIRf' +
      'JcpOUxgQqvqzMTLBA4QktJEaO7IDgbcnKQPLd7J9d3I/vcMqXo7YIwxy37RSODBoPcyDvF3Pu5Ocxj53Fs0zOEii+IG7PMglpdgp' +
      'xWZxQXOD0UG5PZCCTmWkWWUkGwmNYy51YVWHtj2qoD3IWnlH+6kaK6gijRdMS/EKzyITwtz0qq4raWPc+Iuq/1vjF1BLAQIUAxQA' +
      'AAAIAAAAIVz3VP4j2QAAAGQBAAATAAAAAAAAAAAAAACAAQAAAABbQ29udGVudF9UeXBlc10ueG1sUEsBAhQDFAAAAAgAAAAhXDZX' +
      '3tyiAAAAGAEAAAsAAAAAAAAAAAAAAIABCgEAAF9yZWxzLy5yZWxzUEsBAhQDFAAAAAgAAAAhXMpPW4mXAAAAyQAAABEAAAAAAAAA' +
      'AAAAAIAB1QEAAHdvcmQvZG9jdW1lbnQueG1sUEsFBgAAAAADAAMAuQAAAJsCAAAAAA==',
  ),
};
