// The C library by koffi: a policy with an organization, and what they decide.

import { promisify } from 'node:util';
import koffi from 'koffi';

// Koffi runs functions on stacks of its own. Those of asynchronous calls have 128 KiB unless more is
// asked for; a C library may expect what a thread has.
const STACK_BYTES = 8 * 1024 * 1024;
koffi.config({ sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });

const library = koffi.load('libchangepolicy.so.1');

const OK = 0;
const BINARY = 1;
const JSON_TEXT = 2;

/** changepolicy_kind. */
export const Kind = Object.freeze({ change: 1, release: 2 });

const CODES = new Map([
  [3, 'INVALID_ARGUMENT'],
  [5, 'NOT_FOUND'],
  [7, 'PERMISSION_DENIED'],
  [8, 'RESOURCE_EXHAUSTED'],
  [9, 'FAILED_PRECONDITION'],
  [11, 'OUT_OF_RANGE'],
  [13, 'INTERNAL'],
  [14, 'UNAVAILABLE'],
  [15, 'DATA_LOSS'],
]);

for (const name of ['error', 'bytes', 'policy', 'organization', 'engine']) {
  koffi.opaque(`changepolicy_${name}`);
}
koffi.struct('changepolicy_document', { name: 'str', text: 'const uint8_t *', size: 'size_t' });
koffi.struct('changepolicy_subject', {
  kind: 'int32_t',
  encoding: 'int32_t',
  data: 'const uint8_t *',
  size: 'size_t',
});
koffi.struct('changepolicy_message', {
  encoding: 'int32_t',
  data: 'const uint8_t *',
  size: 'size_t',
});
const Question = koffi.struct('changepolicy_question', {
  struct_size: 'size_t',
  now: 'str',
  transition: 'str',
  detail: 'int32_t',
  subject_digest: 'int32_t',
  role: 'str',
});

const ERROR = '_Out_ changepolicy_error **error';
const BYTES = '_Out_ changepolicy_bytes **bytes';
const declare = (result, name, ...parameters) =>
  library.func(`${result} changepolicy_${name}(${parameters.join(', ')})`);

const errorMessage = declare('const char *', 'error_message', 'const changepolicy_error *');
const errorPath = declare('const char *', 'error_path', 'const changepolicy_error *');
const errorFree = declare('void', 'error_free', 'changepolicy_error *');
const bytesData = declare('void *', 'bytes_data', 'const changepolicy_bytes *');
const bytesSize = declare('size_t', 'bytes_size', 'const changepolicy_bytes *');
const bytesFree = declare('void', 'bytes_free', 'changepolicy_bytes *');
const convert = declare(
  'int32_t', 'convert', 'str type', 'const changepolicy_message *message', 'int32_t output', BYTES,
  ERROR);
const policyLoad = declare(
  'int32_t', 'policy_load', 'const changepolicy_document *documents', 'size_t count',
  '_Out_ changepolicy_policy **policy', ERROR);
const policyFree = declare('void', 'policy_free', 'changepolicy_policy *');
const organizationLoad = declare(
  'int32_t', 'organization_load', 'const changepolicy_document *documents', 'size_t count',
  '_Out_ changepolicy_organization **organization', ERROR);
const organizationFree = declare('void', 'organization_free', 'changepolicy_organization *');
const engineCreate = declare(
  'int32_t', 'engine_create', 'const changepolicy_policy *',
  'const changepolicy_organization *', '_Out_ changepolicy_engine **engine', ERROR);
const engineFree = declare('void', 'engine_free', 'changepolicy_engine *');
const decideAsync = promisify(declare(
  'int32_t', 'decide', 'const changepolicy_engine *', 'const changepolicy_subject *subject',
  'const changepolicy_question *question', 'int32_t output', BYTES, ERROR).async);
const decisionDigest = declare(
  'int32_t', 'decision_digest', 'const changepolicy_message *decision', BYTES, ERROR);

/** What the library refused: why, and where (empty: no place is to blame). */
export class ChangepolicyError extends Error {
  constructor(code, path, message) {
    super(message);
    this.name = 'ChangepolicyError';
    this.code = code;
    this.path = path;
  }

  toString() {
    return `${this.code}${this.path && ' '}${this.path}: ${this.message}`;
  }
}

/**
 * What a function left in `out`, or the error that it left in `error`: null, which has no text, where
 * there was no memory for one.
 */
function take(code, out, error) {
  if (code === OK) return out[0];
  try {
    throw new ChangepolicyError(
      CODES.get(code) ?? 'UNKNOWN', errorPath(error[0]), errorMessage(error[0]));
  } finally {
    errorFree(error[0]);
  }
}

function call(native, ...parameters) {
  const out = [null];
  const error = [null];
  return take(native(...parameters, out, error), out, error);
}

/** A copy of the library's bytes, which are freed. */
function takeBytes(bytes) {
  try {
    return Buffer.from(new Uint8Array(koffi.view(bytesData(bytes), bytesSize(bytes))));
  } finally {
    bytesFree(bytes);
  }
}

/** Refuses a NUL, at which C would end the text. */
function text(name, value) {
  if (value.includes('\0')) {
    throw new ChangepolicyError('INVALID_ARGUMENT', name, 'the text holds a NUL');
  }
  return value;
}

const documents = (given) => given.map((document, i) => ({
  name: text(`documents[${i}].name`, document.name),
  text: document.text ?? null,
  size: document.text?.length ?? 0,
}));

/**
 * Decides. Calls run on the threads of libuv, as many at once as there are; close the engine when
 * all promises are settled.
 */
export class Engine {
  #handle;

  /**
   * Takes a policy with its overlays, and what together is a directory and a ledger: objects with a
   * `name` and, unless it is like `builtin:saas`, a `text` in a Buffer.
   */
  constructor(policy, organization) {
    const loaded = call(policyLoad, documents(policy), policy.length);
    try {
      const people = call(organizationLoad, documents(organization), organization.length);
      try {
        this.#handle = call(engineCreate, loaded, people);
      } finally {
        organizationFree(people);
      }
    } finally {
      policyFree(loaded);
    }
  }

  /**
   * Decides a subject, JSON in a Buffer. Gives the verdict (only `VERDICT_ALLOWED` means yes), the
   * digest, and in `message` a serialized changepolicy.v1.Decision.
   */
  async decide(kind, subject, now, transition = '') {
    const question = {
      struct_size: koffi.sizeof(Question),
      now: text('now', now),
      transition: text('transition', transition),
    };
    const asked = { kind, encoding: JSON_TEXT, data: subject, size: subject.length };
    const out = [null];
    const error = [null];
    const code = await decideAsync(this.#handle, asked, question, BINARY, out, error);
    const message = takeBytes(take(code, out, error));

    const decided = { encoding: BINARY, data: message, size: message.length };
    const fields = JSON.parse(takeBytes(call(convert, 'Decision', decided, JSON_TEXT)).toString());
    return {
      verdict: fields.verdict ?? 'VERDICT_UNSPECIFIED',
      digest: takeBytes(call(decisionDigest, decided)).toString(),
      message,
    };
  }

  /** Frees the engine. Closing twice does nothing. */
  close() {
    engineFree(this.#handle);
    this.#handle = null;
  }
}
