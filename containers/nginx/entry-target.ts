import { exampleOf } from './example-of.ts';
import type { StepBudget } from './matches-pattern.ts';
import { type Location, locationFor } from './location-choice.ts';

/** Words of paths that carry WebSockets. */
const WORDS =
  /(?:^|[/_.-])(?:ws|wss|web-?sockets?|socket|sockets|socket\.io|engine\.io|sockjs|sockjs-node|cable|action-?cable|graphql|subscriptions?|hubs?|signalr|live|livehandler|liveviewhandler|streams?|streaming|real-?time|pubsub|faye|primus|mqtt|xmpp-websocket|janus|webrtc|terminal|console|notifications\/hub)(?:$|[/_.?-])/i;
/** Words that are as good inside a longer one. */
const PARTS = /websocket|socket\.io|sockjs/i;

/** Whether a path says by its name that WebSockets go there. */
export const soundsLikeWebSocket = (path: string): boolean => WORDS.test(path) || PARTS.test(path);

/** What clients of well-known libraries ask for. Socket.IO and Engine.IO: their protocol 4; SockJS: its raw endpoint below the prefix. */
const WELL_KNOWN: readonly { readonly at: RegExp; readonly target: string }[] = [
  { at: /\/(?:socket|engine)\.io$/, target: '/?EIO=4&transport=websocket' },
  { at: /\/sockjs$/, target: '/000/hopscope/websocket' },
  { at: /\/sockjs-node$/, target: '/000/hopscope/websocket' },
];

/** A request-target that reaches a location and no other; null where none was found. */
export function targetOf(location: Location, locations: readonly Location[], budget?: StepBudget): string | null {
  const isTaken = (target: string): boolean => {
    const [path = ''] = target.split('?');
    return /^\/[!-~]*$/.test(target) && locationFor(locations, path, budget) === location;
  };
  return candidatesOf(location).find(isTaken) ?? null;
}

function candidatesOf({ kind, text, ignoreCase }: Location): readonly string[] {
  if (kind === 'exact') return [...wellKnown(text), text];
  if (kind === 'expression') {
    const example = exampleOf(text, ignoreCase, soundsLikeWebSocket);
    return example === null ? [] : [...wellKnown(example), example, `${example}/`, `${example}/a`];
  }
  const folder = text.replace(/\/$/, '');
  return [...wellKnown(text), text, `${folder}/`, `${folder}/ws`, `${folder}/socket`, `${text}hopscope`, `${folder}/hopscope/1`];
}

const wellKnown = (path: string): readonly string[] => {
  const base = path.replace(/\/$/, '');
  return WELL_KNOWN.filter(({ at }) => at.test(base)).map(({ target }) => `${base}${target}`);
};
