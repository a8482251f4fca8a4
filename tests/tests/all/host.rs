//! A host of the page's module: wasmtime, with every JavaScript import replaced by a trap.

use wasmtime::{Instance, Linker, Memory, Module, Store, TypedFunc};

/// A running instance of the module.
pub struct Wasm {
    pub store: Store<()>,
    pub memory: Memory,
    pub alloc: TypedFunc<u32, u32>,
    instance: Instance,
    free: TypedFunc<(u32, u32), ()>,
}

impl Wasm {
    /// Starts the module.
    pub fn of(module: &Module) -> Self {
        let engine = module.engine();
        let mut linker = Linker::new(engine);
        linker.define_unknown_imports_as_traps(module).expect("every import can be a trap");
        let mut store = Store::new(engine, ());
        let instance =
            linker.instantiate(&mut store, module).expect("the module needs no JavaScript to start");
        let memory = instance.get_memory(&mut store, "memory");
        Self {
            memory: memory.expect("the module exports its memory"),
            alloc: function(&instance, &mut store, "alloc"),
            free: function(&instance, &mut store, "free"),
            instance,
            store,
        }
    }

    /// Sends a request to the function `render`, `pixels` or `scene`; returns the status and payload of the response.
    pub fn ask(&mut self, door: &str, request: &[u8]) -> (u32, Vec<u8>) {
        let store = &mut self.store;
        let door: TypedFunc<(u32, u32), u32> = function(&self.instance, store, door);
        let length = request.len() as u32;
        let room = self.alloc.call(&mut *store, length).expect("no trap");
        assert_ne!(room, 0, "the module has no room for {length} bytes");
        self.memory.write(&mut *store, room as usize, request).expect("the room is in the memory");
        let response = door.call(&mut *store, (room, length)).expect("no trap");
        self.free.call(&mut *store, (room, length)).expect("no trap");

        let bytes = &self.memory.data(&*store)[response as usize..];
        let number = |at| u32::from_le_bytes(*bytes[at..].first_chunk().expect("8 bytes"));
        let (status, length) = (number(0), number(4));
        let payload = bytes[8..8 + length as usize].to_vec();
        self.free.call(&mut *store, (response, 8 + length)).expect("no trap");
        (status, payload)
    }
}

fn function<P, R>(instance: &Instance, store: &mut Store<()>, name: &str) -> TypedFunc<P, R>
where
    P: wasmtime::WasmParams,
    R: wasmtime::WasmResults,
{
    instance.get_typed_func(store, name).unwrap_or_else(|error| panic!("{name}: {error}"))
}
