/** The message catalogue, compiled from `messages/*.json` into typed functions. */
import './locale.svelte';

export * as m from './compiled/messages.js';
