// Decides changes or releases of a file by the built-in policy, several at once.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ChangepolicyError, Engine, Kind } from './changepolicy.js';

const ALLOWED = 0;
const NOT_ALLOWED = 1;
const FAILED = 2;
const AT_ONCE = 4;

const USAGE =
  'usage: node decide.js [--overlay FILE] [--hex] ORGANIZATION change|release FILE NOW [TRANSITION]';

/** Nothing where they are wrong. */
function readArguments() {
  let parsed;
  try {
    parsed = parseArgs({
      options: { overlay: { type: 'string' }, hex: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch {
    return undefined;
  }
  const [organization, kind, file, now, transition] = parsed.positionals;
  const count = parsed.positionals.length;
  if (count < 4 || count > 5 || !Object.hasOwn(Kind, kind)) return undefined;
  return { ...parsed.values, organization, kind: Kind[kind], file, now, transition };
}

const readDocument = (file) => ({ name: file, text: readFileSync(file) });

/** Subjects with what their complaints begin with; a file of JSON lines has one on each line. */
function readTasks(file) {
  const content = readFileSync(file);
  if (!file.endsWith('.jsonl')) return [{ place: '', subject: content }];
  const tasks = [];
  for (let begin = 0, line = 1; begin < content.length; ++line) {
    const found = content.indexOf('\n', begin);
    const end = found < 0 ? content.length : found;
    if (end > begin) tasks.push({ place: `line ${line}: `, subject: content.subarray(begin, end) });
    begin = end + 1;
  }
  return tasks;
}

/** Leaves a decision or an error with each task. */
async function decideAll(engine, tasks, { kind, now, transition }) {
  const waiting = tasks.values();
  const worker = async () => {
    for (const task of waiting) {
      try {
        task.decision = await engine.decide(kind, task.subject, now, transition);
      } catch (error) {
        task.error = error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** A line for each task, in their order; gives the exit code. */
function print(tasks, hex) {
  let code = ALLOWED;
  const lines = [];
  for (const { place, decision, error } of tasks) {
    if (error instanceof ChangepolicyError) {
      console.error(`${place}${error}`);
      code = FAILED;
    } else if (error) {
      throw error;
    } else {
      const shown = hex ? ` ${decision.message.toString('hex')}` : '';
      lines.push(`${decision.verdict} ${decision.digest}${shown}\n`);
      if (decision.verdict !== 'VERDICT_ALLOWED') code = Math.max(code, NOT_ALLOWED);
    }
  }
  process.stdout.write(lines.join(''));
  return code;
}

async function run(given) {
  const policy = [{ name: 'builtin:saas' }];
  if (given.overlay !== undefined) policy.push(readDocument(given.overlay));
  const organization = [readDocument(given.organization)];
  const tasks = readTasks(given.file);
  const engine = new Engine(policy, organization);
  try {
    await decideAll(engine, tasks, given);
  } finally {
    engine.close();
  }
  return print(tasks, given.hex);
}

async function main() {
  const given = readArguments();
  if (given === undefined) {
    console.error(USAGE);
    return FAILED;
  }
  try {
    return await run(given);
  } catch (error) {
    if (error instanceof ChangepolicyError) {
      console.error(`${error}`);
    } else if (error.syscall !== undefined) {
      // Of the file system; the path is missing where an open file cannot be read.
      const code = error.code === 'ENOENT' ? 'NOT_FOUND' : 'INVALID_ARGUMENT';
      console.error(`${code} ${error.path ?? ''}: ${error.message}`);
    } else {
      throw error;
    }
    return FAILED;
  }
}

process.exitCode = await main();
