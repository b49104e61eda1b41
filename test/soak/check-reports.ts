import { writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { analyseCaptures } from '../../harness/analyze/analyse-captures.ts';
import { HarnessError } from '../../harness/errors.ts';
import { analysisHtml } from '../../reports/analysis/html-analysis.ts';
import { analysisJson } from '../../reports/analysis/json-analysis.ts';
import { analysisText } from '../../reports/analysis/terminal-analysis.ts';
import type { Random } from './mutate-capture.ts';

/** Control characters, line feeds left out: none may reach a terminal. */
const CONTROL = new RegExp(String.raw`[\u0000-\u0009\u000b-\u001f\u007f-\u009f]`);

/**
 * Takes a capture the way a user's goes: from a file, sometimes compressed (and then damaged once more), alone or beside another one, to every report.
 * Throws what is wrong. A file that is refused with the error for that is right.
 */
export async function checkReports(file: string, capture: Buffer, other: Buffer, random: Random): Promise<void> {
  const otherFile = `${file}.other`;
  writeFileSync(file, compressed(capture, random));
  writeFileSync(otherFile, other);
  const files = random() < 0.5 ? [file] : random() < 0.5 ? [file, otherFile] : [otherFile, file];
  const analysis = await analyseCaptures({
    ...{ files, keyLogFile: null, toolVersion: '0', signal: new AbortController().signal, onProgress: () => undefined },
  }).catch((error: unknown) => {
    if (error instanceof HarnessError && error.code === 'CAPTURE_ERR_UNREADABLE') return null;
    throw error;
  });
  if (analysis === null) return;
  JSON.parse(analysisJson(analysis.analysis));
  if (CONTROL.test(analysisText(analysis.analysis, { color: false, columns: 80 + Math.floor(random() * 80) })))
    throw new Error('a control character in the text report');
  if (/<script[^>]*>[^<]*<script/.test(analysisHtml(analysis.analysis))) throw new Error('a script inside a script in the HTML report');
}

function compressed(capture: Buffer, random: Random): Buffer {
  const kind = random();
  if (kind < 0.5) return capture;
  const bytes = kind < 0.75 ? gzipSync(capture, { level: 1 }) : zstdCompressSync(capture);
  if (random() < 0.5) return bytes;
  for (let flips = 1 + random() * 3; flips > 0; flips -= 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return random() < 0.5 ? bytes : bytes.subarray(0, Math.floor(random() * bytes.length));
}
