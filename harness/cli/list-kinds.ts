/** What `hopscope list` can list. */
export const LIST_KINDS = ['paths', 'scenarios', 'audits', 'proxies', 'loads'] as const;
export type ListKind = (typeof LIST_KINDS)[number];
