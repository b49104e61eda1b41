/** Whether a request head has a line for Upgrade, whatever else is right or wrong with it. */
export const hasUpgradeField = (head: Buffer | null): boolean => head !== null && /\nupgrade[ \t]*:/i.test(head.toString('latin1'));
