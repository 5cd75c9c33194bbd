//! The functions of a file, with what the rules ask of them.
use syn::{Block, Expr, FnArg, Pat, Signature, Stmt, Type, Visibility, spanned::Spanned, visit::Visit};

#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub last_line: usize,
    /// Without `self`.
    pub parameters: usize,
    /// Names of the parameters that are a plain `bool`.
    pub bools: Vec<String>,
    pub is_public: bool,
    /// In `impl Trait for …`: the trait chose its signature.
    pub is_dictated: bool,
    /// Nothing but one macro, such as `routes! { … }`: data, as long as there are lines.
    pub is_table: bool,
}

impl Function {
    pub fn lines(&self) -> usize {
        self.last_line + 1 - self.line
    }
}

pub fn functions(file: &syn::File) -> Vec<Function> {
    let mut collect = Collect { functions: vec![], around: Around::Nothing };
    collect.visit_file(file);
    collect.functions
}

struct Collect {
    functions: Vec<Function>,
    around: Around,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    ImplOfTrait,
    PublicTrait,
}

impl Collect {
    fn add(&mut self, signature: &Signature, visibility: &Visibility, block: Option<&Block>) {
        let typed = |input: &FnArg| match input {
            FnArg::Typed(typed) => Some((named(&typed.pat), is_bool(&typed.ty))),
            FnArg::Receiver(_) => None,
        };
        let parameters: Vec<_> = signature.inputs.iter().filter_map(typed).collect();
        let is_public = !matches!(visibility, Visibility::Inherited) || self.around == Around::PublicTrait;
        let last = block.map_or(signature.span(), |block| block.span());
        self.functions.push(Function {
            name: signature.ident.to_string(),
            line: signature.span().start().line,
            last_line: last.end().line,
            parameters: parameters.len(),
            bools: parameters.into_iter().filter(|(_, is_bool)| *is_bool).map(|(name, _)| name).collect(),
            is_public,
            is_dictated: self.around == Around::ImplOfTrait,
            is_table: block.is_some_and(is_one_macro),
        });
    }

    fn inside(&mut self, around: Around, visit: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.around, around);
        visit(self);
        self.around = outside;
    }
}

fn named(pattern: &Pat) -> String {
    match pattern {
        Pat::Ident(name) => name.ident.to_string(),
        _ => "_".into(),
    }
}

fn is_one_macro(block: &Block) -> bool {
    matches!(block.stmts[..], [Stmt::Macro(_) | Stmt::Expr(Expr::Macro(_), _)])
}

fn is_bool(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("bool"))
}

impl<'ast> Visit<'ast> for Collect {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.inside(Around::Nothing, |this| {
            this.add(&item.sig, &item.vis, Some(&item.block));
            syn::visit::visit_item_fn(this, item);
        });
    }
    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.sig, &item.vis, Some(&item.block));
        syn::visit::visit_impl_item_fn(self, item);
    }
    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.add(&item.sig, &Visibility::Inherited, item.default.as_ref());
        syn::visit::visit_trait_item_fn(self, item);
    }
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let around = if item.trait_.is_some() { Around::ImplOfTrait } else { Around::Nothing };
        self.inside(around, |this| syn::visit::visit_item_impl(this, item));
    }
    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        let is_public = !matches!(item.vis, Visibility::Inherited);
        let around = if is_public { Around::PublicTrait } else { Around::Nothing };
        self.inside(around, |this| syn::visit::visit_item_trait(this, item));
    }
}
