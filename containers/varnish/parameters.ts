/** A parameter of varnishd that a config asks for, and the 1-based line that does. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** `# hopscope: -p pipe_timeout=120`. Only parameters: a config that comes from elsewhere is not to choose other options. */
const LINE = /^\s*(?:#|\/\/)\s*hopscope:\s*-p\s+(?<name>[a-z_]{1,40})=(?<value>[0-9A-Za-z.]{1,20})\s*$/;

/** VCL cannot hold parameters, and some matter to a tunnel: a comment in the config names them. */
export const readParameters = (text: string): readonly Parameter[] =>
  text.split('\n').flatMap((line, at) => {
    const { name, value } = LINE.exec(line.slice(0, 200))?.groups ?? {};
    return name === undefined || value === undefined ? [] : [{ name, value, line: at + 1 }];
  });
