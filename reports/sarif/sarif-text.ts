import { clip, visibleLines } from '../visible-text.ts';

/** Characters of a message; a result of 10 kB helps nobody. */
const TEXT_LIMIT = 3000;

/** Untrusted text for a plain message: no control characters, and nothing that reads as an embedded link (SARIF 2.1.0 section 3.11.6). */
export const sarifText = (text: string, limit = TEXT_LIMIT): string =>
  clip(visibleLines(text.toWellFormed()), limit).replaceAll('](', '] (');

/** A file of the repository as a relative URI reference (RFC 3986 section 4.2); the first segment has no colon, so it is not read as a scheme. */
export const sarifUri = (file: string): string => file.toWellFormed().split('/').map(encodeURIComponent).join('/');
