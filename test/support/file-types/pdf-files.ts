import { latin1, type Sample, sample } from './sample.ts';

const PDF = 'application/pdf';
const MARK = '%\xe2\xe3\xcf\xd3';

/** A document of one empty page; `comment` stands in its second line. */
export const pdf = (comment = MARK): string =>
  `%PDF-1.4\n${comment}\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n` +
  '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n' +
  'trailer\n<</Size 4/Root 1 0 R/ID[<00ab><00ab>]>>\nstartxref\n0\n%%EOF\n';

/** As programs, printers and forms write them. */
export const HONEST_PDFS: readonly Sample[] = [
  ['plain', pdf()],
  ['mark', `\xef\xbb\xbf${pdf()}`],
  ['line', `\n${pdf()}`],
  ['mark-and-line', `\xef\xbb\xbf\r\n${pdf()}`],
  ['blank', ` ${pdf()}`],
  ['form', `------b\r\nContent-Disposition: form-data; name="f"\r\nContent-Type: application/pdf\r\n\r\n${pdf()}`],
  ['zeros-behind', `${pdf()}${'\0'.repeat(4000)}`],
  ['mac-binary', `\0\x05a.pdf${'\0'.repeat(121)}${pdf()}`],
  ['printer', `\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n${pdf()}`],
  ['last-place', `${'x'.repeat(1024)}${pdf()}`],
  ['text-only', pdf('% by hand')],
  ['cut', '%PDF-1.4\n'],
].map(([name, content]) => sample(`${name}.pdf`, PDF, latin1(content ?? '')));

/** PDFs that a browser could take for a page. */
export const PAGE_PDFS: readonly Sample[] = [
  '%<script>alert(1)</script>',
  '%<img src=x onerror=alert(1)>',
  '%<!DOCTYPE html>',
  '%<?php x();',
  '%</p>',
  '% <<script>alert(1)</script>',
  '% 1 0 obj\n%<script>alert(1)</script>',
].map((comment, index) => sample(`page-${index}.pdf`, PDF, latin1(pdf(comment))));

/** PDFs behind what begins as something else. */
export const BEHIND_ACTIVE: readonly Sample[] = [
  sample('html.pdf', 'text/html', latin1(`<html><script>1</script>${pdf()}`)),
  sample('shell.pdf', 'text/x-shellscript', latin1(`#!/bin/sh\nid\n${pdf()}`)),
  sample('mail.pdf', 'message/rfc822', latin1(`MIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n\r\n${pdf()}`)),
  sample('rtf.pdf', 'application/rtf', latin1(`{\\rt ${pdf()}`)),
  sample('too-late.txt', 'text/plain', latin1(`${'x'.repeat(1025)}${pdf('% text')}`)),
];
