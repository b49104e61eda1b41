/**
 * Text for the log of a GitHub job in which nothing is a workflow command: the runner reads `::error::` and `##[error]` in any line that is printed, and a
 * proxy's log or config may hold both. `token` is what only the caller knows; it ends the pause.
 */
export const stoppedCommands = (text: string, token: string): string =>
  `::stop-commands::${token}\n${text.replace(/\n$/, '')}\n::${token}::\n`;
