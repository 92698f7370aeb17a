//! The chain as tantivy tokenizers for the fields of the index.
//!
//! In: the text of a field. Out, at the position of each word: its stem, its exact form behind
//! [`EXACT_MARK`], the stems of its parts, and the stem of words written together. Offsets always
//! cover the whole word or the words written together.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use super::words::{Analyzer, Word};

/// Tokenizer of short fields (name, topics): neighbouring words also count as written together.
pub const TITLE: &str = "wegweiser_title";

/// Tokenizer of long fields: only words with a hyphen between them count as written together.
pub const BODY: &str = "wegweiser_body";

/// Stands before the exact form of a word in the index, so that it can weigh more than its stem.
pub const EXACT_MARK: char = '=';

/// Registers [`TITLE`] and [`BODY`].
pub fn register(analyzer: &Analyzer, manager: &TokenizerManager) {
    let chain = |joins_all| ChainTokenizer { analyzer: analyzer.clone(), joins_all };
    manager.register(TITLE, chain(true));
    manager.register(BODY, chain(false));
}

/// The chain as a tantivy tokenizer.
#[derive(Clone)]
pub struct ChainTokenizer {
    analyzer: Analyzer,
    joins_all: bool,
}

impl Tokenizer for ChainTokenizer {
    type TokenStream<'a> = ChainStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ChainStream {
        let words = self.analyzer.words(text);
        let mut tokens = Vec::with_capacity(words.len() * 3);
        for position in 0..words.len() {
            self.emit(&words, position, &mut tokens);
        }
        ChainStream { tokens, next: 0 }
    }
}

impl ChainTokenizer {
    fn emit(&self, words: &[Word], position: usize, tokens: &mut Vec<Token>) {
        let word = &words[position];
        let first = tokens.len();
        let mut emit = |text: String, last: usize| {
            if text.is_empty() || tokens[first..].iter().any(|token| token.text == text) {
                return;
            }
            tokens.push(Token {
                offset_from: word.range.start,
                offset_to: words[last].range.end,
                position,
                text,
                position_length: last - position + 1,
            });
        };
        emit(word.forms.stem.clone(), position);
        emit(format!("{EXACT_MARK}{}", word.forms.exact), position);
        for part in &word.forms.parts {
            emit(part.clone(), position);
        }
        let has_next = words.get(position + 1);
        if has_next.is_some_and(|next| next.hyphen_before || self.joins_all) {
            emit(self.analyzer.joined(&words[position..=position + 1]).stem.clone(), position + 1);
        }
        // "Borderline-Persönlichkeits-Störung" is also one word.
        let run = words[position + 1..].iter().take_while(|next| next.hyphen_before).count();
        if run > 1 && !word.hyphen_before {
            let last = position + run;
            emit(self.analyzer.joined(&words[position..=last]).stem.clone(), last);
        }
    }
}

/// The tokens of one text.
pub struct ChainStream {
    tokens: Vec<Token>,
    next: usize,
}

impl TokenStream for ChainStream {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}
