import { HarnessError } from '../errors.ts';
import type { ActionEvidence, HostAction } from '../model/action-evidence.ts';
import { HostActions } from './actions.ts';
import type { LiveTopology } from './live-topology.ts';
import type { RunFolder } from './run-folder.ts';

/** The actions of a run: knows the scenario that they belong to, and records each. */
export class ActingRun {
  readonly #folder: RunFolder;
  readonly #actions: ReadonlyMap<LiveTopology, HostActions>;
  #scenario = '';

  constructor(topologies: readonly LiveTopology[], folder: RunFolder) {
    this.#folder = folder;
    this.#actions = new Map([...new Set(topologies)].map((live) => [live, new HostActions(live)]));
  }

  /** What is done from now on belongs to this scenario. */
  begin(scenario: string): void {
    this.#scenario = scenario;
  }

  of(live: LiveTopology): HostActions {
    const actions = this.#actions.get(live);
    if (actions === undefined) throw new HarnessError('LAB_ERR_NOT_READY', `topology ${live.topology.name} is not up`);
    return actions;
  }

  async act(live: LiveTopology, action: HostAction): Promise<ActionEvidence> {
    const done = await this.of(live).act(action, this.#scenario);
    this.#folder.append('actions', done);
    return done;
  }

  async restore(): Promise<void> {
    await Promise.all([...this.#actions.values()].map((actions) => actions.restore()));
  }

  async revive(): Promise<void> {
    await Promise.all([...this.#actions.values()].map((actions) => actions.revive()));
  }
}
