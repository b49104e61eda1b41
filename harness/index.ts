/** The public API: what scenario scripts and embedders import. */
export { playAll, playCases, type PlayOptions } from './run/play-cases.ts';
export { sideBySide } from './run/side-by-side.ts';
export type { PlayCase, PlayHead } from './run/play-case.ts';
export type { PlayBytes, PlayedEnd, Step } from './model/play.ts';
export { evaluateLimit, type LimitExpression } from './measure/limit-expression.ts';
export { nextTurn, type TriedValue } from './measure/knee-search.ts';
export { stepFlaw } from './measure/step-flaw.ts';
export { steadyProfile } from './measure/steady-profile.ts';
export type { KneeEvidence, LoadBucket, LoadProfile } from './model/load.ts';
export { seedOf } from './measure/seed-of.ts';
export { seededBytes } from './measure/seeded-bytes.ts';
export type { PlayEvidence, PlayExpectation } from './model/play-evidence.ts';
export { headAtOrigin } from './run/head-at-origin.ts';
export { loadSlot } from './run/load-slot.ts';
export { newSince } from './run/new-since.ts';
export { defineScenario, type LivePath, type Scenario, type ScenarioContext } from './run/scenario.ts';
export type {
  CapacityReply,
  CoexistReply,
  CoexistRequest,
  Endpoint,
  HttpReply,
  IdleReply,
  LadderReply,
  LadderSocket,
  LoadReply,
  StreamReply,
  TransportReply,
  TransportRequest,
} from './drive/protocol.ts';
export type {
  HandshakeEvidence,
  HttpEvidence,
  HttpExchange,
  IdleEvidence,
  IdleMode,
  LoadEvidence,
  OriginConnection,
} from './model/evidence.ts';
export { isControl, isImpaired, type Path, topologyKey } from './model/path.ts';
export { LADDER_MODES, type LadderMode } from './model/ladder-mode.ts';
export type { CapacityEvidence, ConfiguredLimit, KeptReuse, LadderEvidence } from './model/limit-evidence.ts';
export { outcomeLabel, type HandshakeOutcome } from './model/outcome.ts';
export type { SocketsBeside } from './model/client-evidence.ts';
export { ORIGIN_ECHO_TARGET, ORIGIN_PAGES, ORIGIN_STREAMS } from './model/origin-protocol.ts';
export { encodeClose, encodeFrame, OPCODE } from './wire/frame.ts';
export type { ForeignClientEvidence } from './model/client-evidence.ts';
export type { HostAction, HostActionKind, SurvivalEvidence } from './model/action-evidence.ts';
export { peakPerSecond } from './measure/peak-rate.ts';
export { nowMs } from './measure/clock.ts';
export { limitsOfMode } from './measure/limits-of-mode.ts';
export { seededRandom } from './measure/seeded-random.ts';
export { HarnessError } from './errors.ts';
