import type { Path } from './path.ts';
import type { Policy } from './policy.ts';
import type { SubjectFacts } from './world.ts';

/** A scenario of a run. */
export interface ScenarioFacts {
  readonly id: string;
  readonly title: string;
  /** Paths of users' own configs are left out. */
  readonly isForLabConfigs?: true;
}

/** Whether a scenario is asked of a path at all. */
export const isAskedOf = ({ isForLabConfigs }: Pick<ScenarioFacts, 'isForLabConfigs'>, { foreign }: Pick<Path, 'foreign'>): boolean =>
  foreign !== true || isForLabConfigs !== true;

/** What a run was, as `run.json` of its folder keeps it: enough to judge and report it again, anywhere. */
export interface RunFacts {
  readonly schemaVersion: string;
  readonly tool: { readonly name: 'hopscope'; readonly version: string };
  readonly run: {
    readonly id: string;
    readonly startedAt: string;
    readonly elapsedMs: number;
    readonly interrupted: boolean;
    readonly seed: number;
    /** The spec as the user knows it: a path, or `built-in default`. */
    readonly specLabel: string;
    readonly timeScaleNote: string | null;
  };
  /** `none`: paths outside any lab, over which a load was driven or an entry was checked. */
  readonly lab: {
    readonly kind: 'docker' | 'netns' | 'none';
    readonly because: string;
    readonly versions: Readonly<Record<string, string>>;
  };
  readonly machine: { readonly kernel: string; readonly cpus: number; readonly node: string; readonly congestionControl: string };
  readonly scenarios: readonly ScenarioFacts[];
  readonly paths: readonly Path[];
  readonly policy: Policy;
  /** Configs of users that were checked, with what was provided for them. Absent: none. */
  readonly subjects?: readonly SubjectFacts[];
}
