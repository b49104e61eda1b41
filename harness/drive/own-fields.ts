import type { Endpoint } from './http-protocol.ts';

/* The header fields that every request to an endpoint begins with. */

type Target = Pick<Endpoint, 'hostHeader' | 'authorization'>;

/** By lower-case name. */
export const ownFields = ({ hostHeader, authorization }: Target): Readonly<Record<string, string>> => ({
  host: hostHeader,
  ...(authorization === undefined ? {} : { authorization }),
});

/** As lines of a request head, without their ends. */
export const ownLines = ({ hostHeader, authorization }: Target): readonly string[] => [
  `Host: ${hostHeader}`,
  ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
];
