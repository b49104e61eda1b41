import type { LoadRequest } from '../../../../harness/drive/protocol.ts';
import { foldLoad } from '../../../../harness/measure/fold-load.ts';
import { steadyProfile } from '../../../../harness/measure/steady-profile.ts';
import type { LoadProfile, LoadResult, Stage } from '../../../../harness/model/load.ts';
import { endpointAt, type RunningDriver } from '../programs.ts';

export const rate = (perSecond: number, forMs: number): readonly Stage[] => [
  { kind: 'rate', fromPerSecond: perSecond, toPerSecond: perSecond, forMs },
];

/** Four connections and 50 messages in half a second, with whatever differs. */
export const loadRequest = (port: number, profile: Partial<LoadProfile> = {}, more: Partial<LoadRequest> = {}): LoadRequest => ({
  kind: 'load',
  endpoint: endpointAt(port),
  sourceAddresses: [],
  profile: { ...steadyProfile({ connections: 4, messagesPerSecond: 100, durationMs: 500, payloadBytes: 64, seed: 3 }), ...profile },
  shard: { index: 0, of: 1 },
  startInMs: 0,
  openingMs: 2000,
  maxUpgradeFailures: 4,
  bucketMs: 100,
  ...more,
});

export const runLoad = async ({ driver }: RunningDriver, request: LoadRequest): Promise<LoadResult & ReturnType<typeof foldLoad>> => {
  const result = await driver.request<'load'>(request);
  return { ...result, ...foldLoad(result.series) };
};
