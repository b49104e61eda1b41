import { scenarios } from '../../scenarios/index.ts';
import { audits } from '../audits/index.ts';
import type { Vocabulary } from '../spec/spec.ts';
import { services } from './services.ts';

/** Options are whole numbers by the contract of scenarios; anything else would be no option of a spec. */
const numbersOf = (defaults: object): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(defaults).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

/** The names that specs may use, out of the registries. */
export const vocabulary: Vocabulary = {
  services: services.map(({ name }) => name),
  audits: audits.map(({ id }) => id),
  scenarios: scenarios.map(({ id, title, defaults, isSpecial }) => ({
    id,
    title,
    defaults: numbersOf(defaults),
    ...(isSpecial === true ? { isSpecial } : {}),
  })),
};
