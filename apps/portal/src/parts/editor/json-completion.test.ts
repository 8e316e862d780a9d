import { CompletionContext } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';
import { completionBy } from './json-completion.ts';

/** What is offered where `|` stands, and what the place is called. */
function offered(marked: string) {
  const position = marked.indexOf('|');
  const state = EditorState.create({ doc: marked.replace('|', ''), extensions: [json()] });
  const complete = completionBy((path, asValue) => [`${path.join('.')} ${asValue ? 'value' : 'name'}`]);
  return complete(new CompletionContext(state, position, true))?.options.map(({ apply }) => apply);
}

test('names of members are offered in an object, values after a name', () => {
  expect(offered('{ "|" }')).toEqual(['" name": ']);
  expect(offered('{ "Statement": [{ "|" }] }')).toEqual(['"Statement name": ']);
  expect(offered('{ "Statement": [{ "Effect": "|" }] }')).toEqual(['"Statement.Effect value"']);
});

test('items of a list are values of the member that has the list', () => {
  expect(offered('{ "Statement": [{ "Action": ["server.|"] }] }')).toEqual(['"Statement.Action value"']);
  expect(offered('{ "Statement": [{ "Action": ["server.*", "|"] }] }')).toEqual(['"Statement.Action value"']);
});
