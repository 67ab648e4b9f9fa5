// JavaScript: the types of Uppy bring those of browsers into the whole project. Bundled for the browser.
import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';

/** Called by the test, which gives the page `sign`. */
globalThis.upload = async (name, content, multipart) => {
  const uppy = new Uppy();
  uppy.use(AwsS3, {
    shouldUseMultipart: multipart,
    generateObjectKey: () => name,
    signRequest: async (request) => ({ url: await globalThis.sign(request) }),
  });
  uppy.addFile({ name, type: 'text/plain', data: new Blob([content], { type: 'text/plain' }) });
  const { successful, failed } = await uppy.upload();
  return { successful: successful.length, failed: failed.map(({ error }) => String(error)) };
};
