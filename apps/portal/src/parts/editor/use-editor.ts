import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { minimalSetup } from 'codemirror';
import { type RefObject, useEffect, useEffectEvent, useRef } from 'react';
import { portalTheme } from './theme.ts';

interface EditorOptions {
  /** What it starts with; a change from outside replaces it unless a person is writing in it. */
  readonly text: string;
  readonly extensions: Extension;
  readonly label: string;
  readonly readOnly?: boolean;
  readonly onText?: (text: string) => void;
}

/** A CodeMirror editor in the element that the answer is given to as `ref`. */
export function useEditor({
  text,
  extensions,
  label,
  readOnly = false,
  onText,
}: EditorOptions): RefObject<HTMLDivElement | null> {
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const first = useRef(text);
  const tell = useEffectEvent((written: string) => onText?.(written));
  useEffect(() => {
    if (!frame.current) return;
    const editor = new EditorView({
      parent: frame.current,
      state: EditorState.create({
        doc: view.current?.state.doc ?? first.current,
        extensions: [
          lineNumbers(),
          portalTheme,
          // Its keymap leaves Tab alone, which moves on to the next field as everywhere in a form.
          minimalSetup,
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) tell(update.state.doc.toString());
          }),
          extensions,
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [extensions, label, readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.hasFocus || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  return frame;
}
