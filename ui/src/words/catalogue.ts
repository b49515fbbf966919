/** The message catalogue, compiled from `messages/en.json` into typed functions. */
export * as m from './compiled/messages.js';
