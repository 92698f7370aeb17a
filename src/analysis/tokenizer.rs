//! The text chain as tantivy tokenizers. (Skeleton with the final interface.)

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use super::Analyzer;

/// Name of the tokenizer for short fields: names and topics.
pub const TITLE: &str = "wegweiser_title";

/// Name of the tokenizer for running text.
pub const BODY: &str = "wegweiser_body";

/// Makes the tokenizers known to an index.
pub fn register(analyzer: &Analyzer, manager: &TokenizerManager) {
    manager.register(TITLE, Chain(analyzer.clone()));
    manager.register(BODY, Chain(analyzer.clone()));
}

#[derive(Clone)]
struct Chain(Analyzer);

struct Tokens(Vec<Token>, usize);

impl Tokenizer for Chain {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let mut tokens = Vec::new();
        for (position, word) in self.0.words(text).into_iter().enumerate() {
            let mut texts = vec![word.forms.stem.clone(), format!("={}", word.forms.exact)];
            texts.extend(word.forms.parts.iter().cloned());
            for text in texts {
                tokens.push(Token {
                    offset_from: word.range.start,
                    offset_to: word.range.end,
                    position,
                    text,
                    position_length: 1,
                });
            }
        }
        Tokens(tokens, 0)
    }
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        self.1 += 1;
        self.1 <= self.0.len()
    }
    fn token(&self) -> &Token {
        &self.0[self.1 - 1]
    }
    fn token_mut(&mut self) -> &mut Token {
        &mut self.0[self.1 - 1]
    }
}
