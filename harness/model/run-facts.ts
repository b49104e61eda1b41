import type { Path } from './path.ts';
import type { Policy } from './policy.ts';
import type { SubjectFacts } from './world.ts';

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
  /** `none`: a load over a path outside any lab. */
  readonly lab: {
    readonly kind: 'docker' | 'netns' | 'none';
    readonly because: string;
    readonly versions: Readonly<Record<string, string>>;
  };
  readonly machine: { readonly kernel: string; readonly cpus: number; readonly node: string; readonly congestionControl: string };
  readonly scenarios: readonly { readonly id: string; readonly title: string }[];
  readonly paths: readonly Path[];
  readonly policy: Policy;
  /** Configs of users that were checked, with what was provided for them. Absent: none. */
  readonly subjects?: readonly SubjectFacts[];
}
