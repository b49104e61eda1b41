import type { ConfigLine, ConfigSymptom } from '../../harness/model/service.ts';
import { parseConfig, type Rule } from './rules.ts';

/** The lines of a rules file that matter to a WebSocket: one for each rule, where its header or text stands. None of a file that cannot be read. */
export function readConfigLines(text: string, file: string): readonly ConfigLine[] {
  const lines = text.split('\n');
  const found: ConfigLine[] = [];
  let from = 0;
  for (const rule of rulesOf(text)) {
    const at = lines.findIndex((line, index) => index >= from && line.includes(`"${rule.do}"`));
    if (at === -1) continue;
    from = at + 1;
    const line = lines[at] ?? '';
    const place = { file, line: at + 1, column: line.length - line.trimStart().length + 1, text: line.trim() };
    for (const symptom of symptomsOf(rule)) found.push({ symptom, ...place, explanation: explained(rule) });
  }
  return found;
}

function rulesOf(text: string): readonly Rule[] {
  try {
    return parseConfig(text).rules;
  } catch {
    return [];
  }
}

const UPGRADE = /upgrade|connection/i;

function symptomsOf(rule: Rule): readonly ConfigSymptom[] {
  switch (rule.do) {
    case 'strip-header':
      return UPGRADE.test(rule.header) && rule.direction === 'to-origin' ? ['drops-upgrade', 'changes-header'] : ['changes-header'];
    case 'rewrite-text':
      return UPGRADE.test(rule.text) && rule.direction === 'to-origin' ? ['drops-upgrade', 'changes-header'] : ['changes-header'];
    case 'refuse':
      return ['answers-itself'];
    case 'swallow':
      return [];
  }
}

function explained(rule: Rule): string {
  switch (rule.do) {
    case 'strip-header':
      return `this rule takes ${rule.header} out of every head ${words(rule)}`;
    case 'rewrite-text':
      return `this rule rewrites ${JSON.stringify(rule.text)} ${words(rule)} as ${JSON.stringify(rule.with)}`;
    case 'refuse':
      return `this rule answers ${rule.status} to requests with ${JSON.stringify(rule.text)}`;
    case 'swallow':
      return `this rule swallows everything ${words(rule)} from ${JSON.stringify(rule.text)} on`;
  }
}

const words = ({ direction }: Rule): string => (direction === 'to-origin' ? 'on the way to the origin' : 'on the way to the client');
