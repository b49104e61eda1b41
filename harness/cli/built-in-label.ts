/** Label of the spec that is used when none is given; it needs no name in a command. */
export const BUILT_IN_LABEL = 'built-in default';
