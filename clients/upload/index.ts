export { type HandlerOptions, type UploadHandler, uploadHandler } from './http-handler.ts';
export type { Download, Refusal, Ticket, TicketRequest, UploadVerdict } from './protocol.ts';
export { UploadRefused } from './refused.ts';
export { createUploads, type Uploads, type UploadsOptions } from './uploads.ts';
export type { StoredVerdict, VerdictStore } from './verdict-store.ts';
