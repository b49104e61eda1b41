import { defineScenario, isImpaired, playAll } from '../../harness/index.ts';
import { closingCases } from './cases.ts';

interface Options {
  /** By which the deadlines of paths with impaired links are multiplied. */
  readonly impairedPatience: number;
}

/** Ends sockets in every way that there is, and records what arrives at the other end, after how long, and who sent it. */
export const closing = defineScenario<Options>({
  id: 'closing',
  title: 'Closing',
  about: `${closingCases.length} endings: Close, FIN, RST, Close and RST, a killed process and a host that is gone, by either end, idle, in the middle of a message and under load.`,
  defaults: { impairedPatience: 5 },
  capture: 'headers',
  cutsInHosts: true,
  async run(context) {
    const { impairedPatience } = context.options;
    await playAll(context, closingCases, {
      scenario: 'closing',
      atOnce: 18,
      patience: ({ path }) => (isImpaired(path) ? impairedPatience : 1),
    });
  },
});
