/** The public API: what scenario scripts and embedders import. */
export { newSince } from './run/new-since.ts';
export { defineScenario, type LivePath, type Scenario, type ScenarioContext } from './run/scenario.ts';
export type { Endpoint, HttpReply, IdleReply, LoadReply } from './drive/protocol.ts';
export type {
  HandshakeEvidence,
  HttpEvidence,
  HttpExchange,
  IdleEvidence,
  IdleMode,
  LoadEvidence,
  LoadShape,
  OriginConnection,
} from './model/evidence.ts';
export { isControl, type Path, topologyKey } from './model/path.ts';
export { outcomeLabel, type HandshakeOutcome } from './model/outcome.ts';
export { ORIGIN_ECHO_TARGET, ORIGIN_PAGES } from './model/origin-protocol.ts';
export { encodeFrame, OPCODE } from './wire/frame.ts';
export { nowMs } from './measure/clock.ts';
export { seededRandom } from './measure/seeded-random.ts';
export { HarnessError } from './errors.ts';
