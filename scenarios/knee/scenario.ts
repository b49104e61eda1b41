import { setTimeout as sleep } from 'node:timers/promises';
import {
  defineScenario,
  evaluateLimit,
  isControl,
  isImpaired,
  type KneeEvidence,
  type LimitExpression,
  type LivePath,
  nextTurn,
  nowMs,
  type Scenario,
  type ScenarioContext,
  stepFlaw,
  type TriedValue,
} from '../../harness/index.ts';
import { stepProfile, type StepShape } from './step-profile.ts';

export type KneeStep = KneeEvidence['steps'][number];

/** What is searched, under which limit, and within which bounds. */
export interface KneeWish extends Omit<StepShape, 'sources'> {
  readonly limit: LimitExpression;
  /** The limit as it was written. */
  readonly limitText: string;
  readonly from: number;
  readonly most: number;
  /** For connect, TLS and upgrade of one connection. */
  readonly openingMs: number;
  readonly mostTries: number;
  /** No step begins after so long. */
  readonly mostMs: number;
  /** Told of each step when it is over. */
  readonly onStep?: (path: string, step: KneeStep) => void;
}

/** What the hosts need to let go of a load. */
const REST_MS = 300;
const MAX_UPGRADE_FAILURES = 20;
/** A lost SYN is sent again after a second. */
const IMPAIRED = 3;

/** The search of one command. It is not in the registry: its limit is no number that a spec could set. */
export const kneeScenario = (wish: KneeWish): Scenario =>
  defineScenario({
    id: 'knee',
    title: 'Knee',
    about:
      'Searches for the most connections or messages a second that a path carries within a limit, by open-loop loads of a few seconds each, and asks the control path for the load that broke it.',
    isSpecial: true,
    defaults: {},
    capture: 'off',
    sampleUsage: true,
    async run(context) {
      const subjects = context.paths.filter(({ path }) => !isControl(path));
      const searched = subjects.length === 0 ? context.paths : subjects;
      for (const live of searched) {
        const found = await new KneeSearch(context, wish, live).run(null);
        const at = found.brokeAt ?? found.sustainable;
        // Where the control path breaks at the same load, the path is not what broke.
        if (at !== null && !isControl(live.path) && !context.signal.aborted) await new KneeSearch(context, wish, live.control).run(at);
      }
    },
  });

/** One search on one path. */
class KneeSearch {
  readonly #context: ScenarioContext<object>;
  readonly #wish: KneeWish;
  readonly #live: LivePath;
  readonly #endMs: number;
  readonly #tried: TriedValue[] = [];
  readonly #steps: KneeStep[] = [];

  constructor(context: ScenarioContext<object>, wish: KneeWish, live: LivePath) {
    this.#context = context;
    this.#wish = wish;
    this.#live = live;
    this.#endMs = nowMs() + wish.mostMs;
  }

  /** Searches and records what was found, also when it is interrupted. `at`: that value only. */
  async run(at: number | null): Promise<Pick<KneeEvidence, 'sustainable' | 'brokeAt'>> {
    const { of, from, most, mostTries, limitText } = this.#wish;
    const bounds = at === null ? { from, most, mostTries } : { from: at, most: at, mostTries: 2 };
    let turn = nextTurn(this.#tried, bounds);
    while (turn.kind === 'try' && turn.why !== (at === null ? null : 'confirm')) {
      const isOver = this.#context.signal.aborted || nowMs() > this.#endMs;
      if (isOver || !(await this.#step(turn.value, turn.why))) break;
      turn = nextTurn(this.#tried, bounds);
    }
    const end = turn.kind === 'done' ? turn : nextTurn(this.#tried, { ...bounds, mostTries: 0 });
    const { sustainable, brokeAt } = end.kind === 'done' ? end : { sustainable: null, brokeAt: null };
    const place = { path: this.#live.path.id, scenario: 'knee' };
    this.#context.record('knees', { ...place, of, limit: limitText, steps: this.#steps, sustainable, brokeAt, stoppedBy: null });
    return { sustainable, brokeAt };
  }

  /** Makes one load; false where it did not run to its end. */
  async #step(value: number, why: 'grow' | 'halve' | 'repeat' | 'confirm'): Promise<boolean> {
    const { path } = this.#live;
    const slot = this.#steps.length;
    const unit = this.#wish.of === 'messages' ? 'messages a second' : 'connections';
    this.#context.progress(`${path.id}, step ${slot + 1}, ${value} ${unit}${WHY[why]}`, slot, this.#wish.mostTries);
    const profile = stepProfile({ ...this.#wish, sources: path.clientAddresses ?? 1 }, value, slot + 1);
    let isWhole = false;
    await this.#context.stimulus(this.#live, async () => {
      const openingMs = this.#wish.openingMs * (isImpaired(path) ? IMPAIRED : 1);
      const load = await this.#live.load({ profile, openingMs, maxUpgradeFailures: MAX_UPGRADE_FAILURES });
      this.#context.record('loads', {
        path: path.id,
        scenario: 'knee',
        comparedFor: path.id,
        slot,
        profile: 'knee',
        requested: profile,
        ...load,
      });
      if (this.#context.signal.aborted) return;
      const { met, because, measures, broken } = evaluateLimit(this.#wish.limit, load);
      const flaw = stepFlaw(load, broken);
      const step = { value, slot, met, because: flaw === null ? because : `${because}; ${FLAWS[flaw]}`, measures };
      this.#tried.push({ value, met, flaw });
      this.#steps.push(step);
      isWhole = true;
      this.#wish.onStep?.(path.id, step);
    });
    await sleep(REST_MS, undefined, { signal: this.#context.signal }).catch(() => undefined);
    return isWhole;
  }
}

const WHY = { grow: '', halve: '', repeat: ', once more', confirm: ', to confirm' } as const;

const FLAWS = {
  generator: 'the load generator was the bottleneck, so this is not the path',
  dead: 'nothing could be opened',
} as const;
