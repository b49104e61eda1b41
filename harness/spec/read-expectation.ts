import { parseTolerance } from '../measure/tolerance.ts';
import type { Expectation, Link, ProxyHost } from '../model/path.ts';
import { SENTENCE } from './names.ts';
import { suggestion } from './nearest.ts';
import { quoted } from './problem.ts';
import type { Vocabulary } from './spec.ts';
import { type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const EXPECTATION_KEYS = ['audit', 'scenario', 'host', 'because', 'measures'] as const;

/** What stands on the path that the expectation is about. */
export interface ExpectationContext {
  readonly vocabulary: Vocabulary;
  readonly proxies: readonly ProxyHost[];
  readonly links: readonly Link[];
}

export function readExpectation(document: SpecDocument, item: SpecItem, context: ExpectationContext): Expectation {
  const map = new SpecMap(document, item, EXPECTATION_KEYS);
  return {
    audit: map.choice('audit', context.vocabulary.audits, true) ?? '',
    scenario: map.choice(
      'scenario',
      context.vocabulary.scenarios.map(({ id }) => id),
    ),
    host: blamedHost(map, context),
    measures: readMeasures(map),
    because: map.text('because', { ...SENTENCE, required: true }) ?? '',
  };
}

/** The host that must be blamed: by its name, or by its service where the path has only one of that; without a word, the only proxy. */
function blamedHost(map: SpecMap, { proxies, links }: ExpectationContext): string {
  const only = proxies.length === 1 ? proxies[0] : undefined;
  const written = map.text('host', only === undefined ? { required: true } : {});
  if (written === null) return only?.name ?? 'unknown';
  const ofService = proxies.filter(({ service }) => service === written);
  const names = ['unknown', 'client', 'origin', ...proxies.map(({ name }) => name), ...links.map(({ name }) => name)];
  if (names.includes(written)) return written;
  if (ofService.length === 1) return ofService[0]?.name ?? 'unknown';
  map.report(
    'SPEC_ERR_UNKNOWN_NAME',
    `expected ${map.name}.host to be one of ${names.join(', ')}, got ${quoted(written)}${suggestion(written, names)}`,
    'host',
  );
  return 'unknown';
}

function readMeasures(map: SpecMap): Readonly<Record<string, string>> {
  const measures = map.map('measures', null);
  const read = measures.keys.map((key): readonly [string, string] => {
    const text = measures.text(key, { numberToo: true, max: 60 }) ?? '0';
    if (parseTolerance(text) === null) {
      measures.report(
        'SPEC_ERR_WRONG_TYPE',
        `expected ${measures.name}.${key} to be a number with its tolerance such as '>=1' or '2000±400', got ${quoted(text)}`,
        key,
      );
    }
    return [key, text];
  });
  return Object.fromEntries(read);
}
