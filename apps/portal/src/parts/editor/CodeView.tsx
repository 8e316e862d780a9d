import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { EditorView } from '@codemirror/view';
import { useMemo } from 'react';
import { useEditor } from './use-editor.ts';

/** A file to read, coloured when it is YAML or JSON. */
export default function CodeView({ path, text }: { path: string; text: string }) {
  const extensions = useMemo(() => {
    const language = /\.ya?ml$/.test(path) ? [yaml()] : path.endsWith('.json') ? [json()] : [];
    return [...language, EditorView.editable.of(true)];
  }, [path]);
  const frame = useEditor({ text, extensions, label: path, readOnly: true });
  return <div className="editor flat" ref={frame} style={{ maxHeight: '70vh', overflow: 'auto' }} />;
}
