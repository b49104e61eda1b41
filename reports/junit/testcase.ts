import type { TestCase, TestResult } from '../test-case.ts';
import { clip, visibleLine } from '../visible-text.ts';
import { xmlElement, xmlText } from './xml.ts';

const MESSAGE_LIMIT = 500;
const DETAIL_LIMIT = 20_000;

/** The element. The text is in the content and in `message`: GitLab reads only the first, Jenkins shows the second. */
export function testcaseElement(test: TestCase, classname: string): string {
  const text = xmlText(clip(test.detail, DETAIL_LIMIT));
  const message = clip(visibleLine(test.message), MESSAGE_LIMIT);
  const outcome: Readonly<Record<TestResult, string>> = {
    passed: test.note === '' ? '' : `\n      ${xmlElement('system-out', {}, xmlText(clip(test.note, DETAIL_LIMIT)))}\n    `,
    failure: `\n      ${xmlElement('failure', { message, type: test.type }, text)}\n    `,
    error: `\n      ${xmlElement('error', { message, type: test.type }, text)}\n    `,
    skipped: `\n      ${xmlElement('skipped', { message }, text)}\n    `,
  };
  return `    ${xmlElement('testcase', { classname, name: visibleLine(test.name), file: test.file, line: test.line }, outcome[test.result])}`;
}
