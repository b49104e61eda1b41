import { terminalText } from '../../reports/terminal/escape.ts';
import { ERRORS, EXIT, formatPlace, HarnessError, type SourcePlace } from '../errors.ts';
import { SpecError } from '../spec/problem.ts';
import { sayJson, tell } from './output.ts';
import { printUntrusted } from './print-untrusted.ts';

/** One complaint: a message, perhaps of several lines, and the place it is about. */
interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly place: SourcePlace | null;
}

const problemsOf = (error: HarnessError): readonly Complaint[] => (error instanceof SpecError ? error.problems : [error]);

function complaintLines({ code, message, place }: Complaint): readonly string[] {
  const [first = '', ...rest] = message.split('\n').map(terminalText);
  const at = place === null ? [] : [`  at ${terminalText(formatPlace(place))}`];
  return [`error ${code}: ${first}`, ...rest.map((line) => `  ${line}`), ...at];
}

/** The lines that a person reads. */
export function errorLines(error: HarnessError): readonly string[] {
  const problems = problemsOf(error);
  const omitted = error instanceof SpecError && error.omitted > 0 ? [`... and ${String(error.omitted)} more`] : [];
  const hints = new Set(problems.map(({ code }) => (code in ERRORS ? ERRORS[code as keyof typeof ERRORS].hint : error.hint)));
  return [...problems.flatMap(complaintLines), ...omitted, ...[...hints].map((hint) => `what to do: ${hint}`)];
}

/** The same for programs: `error` has the fields of the first problem, `problems` all of them. */
function errorJson(error: HarnessError): object {
  const { code, message, place, hint, exitCode } = error;
  const problems = problemsOf(error).map((problem) => ({ code: problem.code, message: problem.message, place: problem.place }));
  return { error: { code, message, place, hint, exitCode, problems } };
}

/** What escaped although it is no HarnessError. One line; the stack only for those who ask for it. */
function defectLines(error: unknown): readonly string[] {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = process.env['HOPSCOPE_DEBUG'] === '1' && error instanceof Error ? (error.stack ?? '').split('\n').map(terminalText) : [];
  const hint = stack.length > 0 ? [] : ['what to do: please report it; HOPSCOPE_DEBUG=1 shows where it happened.'];
  return [`error: ${terminalText(text.slice(0, 500))}; this is a defect of hopscope`, ...stack, ...hint];
}

/** Prints any error in the one form that errors have, and returns the exit code. */
export function printError(error: unknown, { json }: { readonly json: boolean }): number {
  if (error instanceof HarnessError) {
    if (json) sayJson(errorJson(error));
    else printUntrusted(tell, ...errorLines(error));
    return error.exitCode;
  }
  const lines = defectLines(error);
  if (json) sayJson({ error: { code: 'DEFECT', message: lines[0], place: null, hint: null, exitCode: EXIT.labBroke, problems: [] } });
  else printUntrusted(tell, ...lines);
  return EXIT.labBroke;
}
