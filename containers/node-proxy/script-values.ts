import type { ConfigPlace } from '../../harness/model/surroundings.ts';
import type { Source } from './config-lines.ts';

/** A script's text and what its names are worth. */
export interface Script {
  readonly source: Source;
  readonly values: ScriptValues;
  readonly at: (offset: number) => ConfigPlace;
}

export interface ScriptValues {
  /** What a name or an expression is worth: `PORT`, `process.env.PORT || 3000`, `'https://app'`; null: not known. */
  valueOf(expression: string): string | null;
  /** Environment that the script reads, with the literal it takes else. */
  readonly variables: readonly { readonly name: string; readonly fallback: string | null; readonly offset: number }[];
}

const MAX_CONSTANTS = 2000;
const MAX_DEPTH = 8;
const ENVIRONMENT = /\bprocess\.env(?:\.([A-Za-z_]\w{0,99})|\[\s*['"]([A-Za-z_]\w{0,99})['"]\s*\])/;
/** `process.env.X || 'literal'`, with `Number(...)` and the like around it. */
const WITH_FALLBACK = new RegExp(
  String.raw`${ENVIRONMENT.source}\s*\)?\s*(?:(?:\|\||\?\?)\s*(?:'([^'\n]*)'|"([^"\n]*)"|${'`'}([^${'`'}$\n]*)${'`'}|(\d[\d_]*)))?`,
  'g',
);

/** Constants and environment of a program's text, comments taken out. Nothing is run. */
export function readScriptValues(code: string, env: Readonly<Record<string, string>>): ScriptValues {
  const constants = new Map<string, string>();
  for (const [, name = '', value = ''] of code.matchAll(/\b(?:const|let|var)\s+(\w{1,100})\s*(?::\s*\w+\s*)?=\s*([^;\n]{1,400})/g))
    if (constants.size < MAX_CONSTANTS && !constants.has(name)) constants.set(name, value.trim());
  const variables = new Map<string, ScriptValues['variables'][number]>();
  for (const match of code.matchAll(WITH_FALLBACK)) {
    const [, dotted, quoted, single, double, template, number] = match;
    const name = dotted ?? quoted ?? '';
    const fallback = single ?? double ?? template ?? number?.replaceAll('_', '') ?? null;
    const known = variables.get(name);
    if (known === undefined || (known.fallback === null && fallback !== null)) variables.set(name, { name, fallback, offset: match.index });
  }
  // `const { PORT = 3000 } = process.env`
  for (const match of code.matchAll(/\{([^{}]{1,400})\}\s*=\s*process\.env\b/g))
    for (const part of (match[1] ?? '').split(',')) {
      const [, name, fallback] = /^\s*(\w+)(?:\s*:\s*\w+)?\s*(?:=\s*['"]?([^'"]*?)['"]?\s*)?$/.exec(part) ?? [];
      if (name === undefined || variables.has(name)) continue;
      variables.set(name, { name, fallback: fallback ?? null, offset: match.index });
      constants.set(name, `process.env.${name}`);
    }
  const valueOf = (expression: string, depth = 0): string | null => {
    const text = expression.trim();
    if (depth > MAX_DEPTH) return null;
    const variable = ENVIRONMENT.exec(text);
    if (variable !== null) {
      const name = variable[1] ?? variable[2] ?? '';
      return env[name] ?? variables.get(name)?.fallback ?? null;
    }
    const literal = /^['"`]([^'"`\n]*)['"`]/.exec(text)?.[1];
    if (literal !== undefined)
      return literal.replace(/\$\{([^{}]{1,100})\}/g, (whole, inner: string) => valueOf(inner, depth + 1) ?? whole);
    const number = /^(?:\w+\()?\s*(\d[\d_]*)\b/.exec(text)?.[1];
    if (number !== undefined) return number.replaceAll('_', '');
    const name = /^(?:(?:Number|parseInt|String)\(\s*)?(\w+)\s*(?:[,)]|$)/.exec(text)?.[1];
    const constant = name === undefined ? undefined : constants.get(name);
    return constant === undefined ? null : valueOf(constant, depth + 1);
  };
  return { valueOf: (expression) => valueOf(expression), variables: [...variables.values()] };
}
