import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process that answers each line with a line. */
export interface LineProcess {
  ask(line: string): Promise<string>;
  close(): void;
}

export const openLineProcess = (command: string, args: readonly string[]): LineProcess => {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ended`);
      return value;
    },
    close: () => child.stdin.end(),
  };
};
