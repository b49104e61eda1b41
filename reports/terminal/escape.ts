import { visibleLine } from '../visible-text.ts';

/**
 * Untrusted text for a terminal: one line without a single control character, so no sequence in it can move the cursor,
 * change colours or the title, or turn the direction of the text. What was there is shown: `\x1b[31m`, `\u{202e}`.
 */
export const terminalText = (text: string): string => visibleLine(text);
