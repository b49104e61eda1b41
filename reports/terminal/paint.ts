import type { CellMark } from '../cell-mark.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  magenta: [35, 39],
};

/** Puts escape sequences around text that is already escaped; without colour it gives the text back. */
export type Paint = (text: string, ...styles: readonly Style[]) => string;

export const painter =
  (color: boolean): Paint =>
  (text, ...styles) =>
    color ? styles.reduce((inner, style) => `\x1b[${String(CODES[style][0])}m${inner}\x1b[${String(CODES[style][1])}m`, text) : text;

export const MARK_STYLES: Readonly<Record<CellMark, readonly Style[]>> = {
  pass: ['green'],
  declared: ['cyan'],
  known: ['cyan'],
  warned: ['yellow'],
  allowed: ['dim'],
  inconclusive: ['yellow'],
  missing: ['red', 'bold'],
  fail: ['red', 'bold'],
  error: ['magenta', 'bold'],
};
