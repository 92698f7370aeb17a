//! The labels of a vocabulary, stored so that fifty thousand of them cost little.
//!
//! Texts lie in one string; keys lie in a transducer, which shares their beginnings and endings.

use fst::{Automaton, IntoStreamer, Streamer};

use crate::reference::{ConceptIndex, LabelKind};

/// Number of a label in [`Labels`].
pub(super) type LabelNumber = u32;

/// All labels in the order of their concepts.
#[derive(Default)]
pub(super) struct Labels {
    text: String,
    ends: Vec<u32>,
    concepts: Vec<ConceptIndex>,
    kinds: Vec<LabelKind>,
    imported: Vec<bool>,
    first: Vec<bool>,
}

impl Labels {
    /// Adds a label; `is_first` where it is its concept's preferred one.
    pub(super) fn push(
        &mut self,
        text: &str,
        concept: ConceptIndex,
        kind: LabelKind,
        is_imported: bool,
        is_first: bool,
    ) -> LabelNumber {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.concepts.push(concept);
        self.kinds.push(kind);
        self.imported.push(is_imported);
        self.first.push(is_first);
        self.ends.len() as LabelNumber - 1
    }

    pub(super) fn text(&self, label: LabelNumber) -> &str {
        let at = label as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    pub(super) fn concept(&self, label: LabelNumber) -> ConceptIndex {
        self.concepts[label as usize]
    }

    pub(super) fn kind(&self, label: LabelNumber) -> LabelKind {
        self.kinds[label as usize]
    }

    /// Says whether an imported list brought it.
    pub(super) fn is_imported(&self, label: LabelNumber) -> bool {
        self.imported[label as usize]
    }

    /// Says whether it is the preferred label of its concept.
    pub(super) fn is_first(&self, label: LabelNumber) -> bool {
        self.first[label as usize]
    }

    /// Returns the order in which the readings of one key stand: by kind, then as in the tables.
    pub(super) fn order(&self, label: LabelNumber) -> (LabelKind, LabelNumber) {
        (self.kind(label), label)
    }
}

/// Keys with the labels that have them.
#[derive(Default)]
pub(super) struct KeyTable {
    /// Each key with its position in `starts`.
    keys: fst::Map<Vec<u8>>,
    /// Where the labels of each key begin in `labels`; one more at the end.
    starts: Vec<u32>,
    labels: Vec<LabelNumber>,
}

impl KeyTable {
    /// Makes a table; the labels of one key stand in the given order.
    pub(super) fn new<K: Ord>(
        mut pairs: Vec<(String, LabelNumber)>,
        order: impl Fn(LabelNumber) -> K,
    ) -> Self {
        pairs.sort_by(|a, b| (&a.0, order(a.1)).cmp(&(&b.0, order(b.1))));
        pairs.dedup();
        let mut builder = fst::MapBuilder::memory();
        let (mut starts, mut labels): (Vec<u32>, Vec<LabelNumber>) = (Vec::new(), Vec::new());
        let mut last: Option<String> = None;
        for (key, label) in pairs {
            if last.as_ref() != Some(&key) {
                builder.insert(&key, starts.len() as u64).expect("the pairs are sorted");
                starts.push(labels.len() as u32);
                last = Some(key);
            }
            labels.push(label);
        }
        starts.push(labels.len() as u32);
        let bytes = builder.into_inner().expect("memory takes every byte");
        labels.shrink_to_fit();
        Self { keys: fst::Map::new(bytes).expect("just built"), starts, labels }
    }

    /// Returns the transducer; its values are for [`KeyTable::at`].
    pub(super) fn keys(&self) -> &fst::Map<Vec<u8>> {
        &self.keys
    }

    pub(super) fn at(&self, position: u64) -> &[LabelNumber] {
        let at = position as usize;
        &self.labels[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    pub(super) fn get(&self, key: &str) -> &[LabelNumber] {
        self.keys.get(key).map_or(&[], |position| self.at(position))
    }

    /// Reads pieces one behind the other as long as some key goes on; calls `met` with the number
    /// of pieces and the labels wherever a key ends with a piece.
    pub(super) fn walk<'a>(
        &self,
        pieces: impl Iterator<Item = &'a str>,
        mut met: impl FnMut(usize, u64),
    ) {
        let fst = self.keys.as_fst();
        let mut node = fst.root();
        let mut output = fst::raw::Output::zero();
        for (at, piece) in pieces.enumerate() {
            for byte in piece.bytes() {
                let Some(way) = node.find_input(byte) else { return };
                let transition = node.transition(way);
                output = output.cat(transition.out);
                node = fst.node(transition.addr);
            }
            if node.is_final() {
                met(at + 1, output.cat(node.final_output()).value());
            }
        }
    }

    /// Calls `met` with every key that begins with `key`, and its labels.
    pub(super) fn beginning_with(&self, key: &str, mut met: impl FnMut(&[u8], &[LabelNumber])) {
        let begins = fst::automaton::Str::new(key).starts_with();
        let mut stream = self.keys.search(begins).into_stream();
        while let Some((known, position)) = stream.next() {
            met(known, self.at(position));
        }
    }
}
