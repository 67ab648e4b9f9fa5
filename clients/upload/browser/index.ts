export type { Download, UploadVerdict } from '../protocol.ts';
export { type Progress, type UploadOptions, upload } from './upload.ts';
export { UploadFailed } from './upload-failed.ts';
export { type WaitOptions, waitForVerdict } from './wait-for-verdict.ts';
