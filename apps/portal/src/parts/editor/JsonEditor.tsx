import { autocompletion, closeBrackets } from '@codemirror/autocomplete';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { linter } from '@codemirror/lint';
import { EditorView, placeholder as placeholderText } from '@codemirror/view';
import { useMemo } from 'react';
import type { JsonSchema } from '../schema/fields.ts';
import { jsonCompletion } from './json-completion.ts';
import { useEditor } from './use-editor.ts';

interface JsonEditorProps {
  readonly value?: unknown;
  /** Told the parsed value; an unfinished text is told as the text itself, so that nothing is lost. */
  readonly onChange?: (value: unknown) => void;
  readonly schema: JsonSchema;
  readonly placeholder?: string | undefined;
  readonly label: string;
}

/** A JSON value written by hand, with completion from its schema and its mistakes marked. */
export default function JsonEditor({ value, onChange, schema, placeholder, label }: JsonEditorProps) {
  const extensions = useMemo(
    () => [
      json(),
      linter((view) => (view.state.doc.toString().trim() === '' ? [] : jsonParseLinter()(view))),
      autocompletion({ override: [jsonCompletion(schema)] }),
      closeBrackets(),
      EditorView.lineWrapping,
      ...(placeholder ? [placeholderText(placeholder)] : []),
    ],
    [schema, placeholder],
  );
  const frame = useEditor({ text: written(value), extensions, label, onText: (text) => onChange?.(parsed(text)) });
  return <div className="editor" ref={frame} style={{ minHeight: 72, maxHeight: 320, overflow: 'auto' }} />;
}

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function written(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
    return '';
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}
