import { isWholeApache, wrapApache } from './apache-wrapper.ts';
import { type Fragment, isWholeNginx, wrapNginx, type Wrapper } from './nginx-wrapper.ts';

interface Wrapping {
  /** Where the main config stands. */
  readonly main: string;
  readonly isWhole: (text: string) => boolean;
  readonly wrap: (fragments: readonly Fragment[]) => Wrapper;
}

/** Programs whose sites are files of their own, which a main config includes. */
const WRAPPINGS: Readonly<Record<string, Wrapping>> = {
  nginx: { main: '/etc/nginx/nginx.conf', isWhole: isWholeNginx, wrap: wrapNginx },
  apache: { main: '/etc/apache2/apache2.conf', isWhole: isWholeApache, wrap: wrapApache },
};

/** How the fragments of a service are wrapped; null: its configs are always whole. */
export const wrappingOf = (service: string): Wrapping | null => WRAPPINGS[service] ?? null;
