import { json } from '@codemirror/lang-json';
import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';
import { brokenPlace, placeOf } from './json-place.ts';

const text = `{
  "Version": "2026-11-01",
  "Statement": [
    { "Effect": "Allow", "Action": ["server.read", "server.stpo"], "a/b": 1 },
    {
      "Effect": "Maybe"
    }
  ]
}`;
const state = EditorState.create({ doc: text, extensions: [json()] });
const marked = (pointer: string) => {
  const { from, to } = placeOf(state, pointer);
  return text.slice(from, to);
};

test('a pointer finds its value in the text', () => {
  expect(marked('/Version')).toBe('"2026-11-01"');
  expect(marked('/Statement/0/Action/1')).toBe('"server.stpo"');
  expect(marked('/Statement/1/Effect')).toBe('"Maybe"');
  expect(marked('/Statement/0/a~1b')).toBe('1');
});

test('an object or a list is marked where it begins', () => {
  expect(marked('')).toBe('{');
  expect(marked('/Statement')).toBe('"Statement"');
  expect(marked('/Statement/0/Action')).toBe('"Action"');
  expect(marked('/Statement/1')).toBe('{');
});

test('where there is no such value, what is nearest is marked', () => {
  expect(marked('/Statement/7')).toBe('"Statement"');
  expect(marked('/Statement/1/Nothing/0')).toBe('{');
});

test('where a text stops being JSON is found', () => {
  const broken = (doc: string) => brokenPlace(EditorState.create({ doc, extensions: [json()] })).from;
  expect(broken('{ "a": 1, }')).toBe('{ "a": 1, '.length);
  expect(broken('{ "a" 1 }')).toBe('{ "a" '.length);
  expect(broken('{\n  "a": tru\n}')).toBe('{\n  "a": '.length);
  expect(broken('{ "a": 1')).toBe('{ "a": '.length);
});
