//! The till behind the window: a thread of its own that answers one message after the other.

mod elsewhere;
mod faults;
mod firewall;
mod hosted;
mod kept;
mod nearby;
mod place;
mod road;
mod told;
mod whereabouts;

use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sync_core::Class;
use till::{Host, Till, TillError};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{LocalSet, spawn_local};

use crate::{Desktop, LeftBehind};
use place::Place;

/// How many threads carry the client beside the till's own: one decodes while another writes.
const WORKERS: usize = 2;

/// What a controller has to know before it starts.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that records, outbox and settings lie in. One controller has it at a time.
    pub folder: PathBuf,
    /// Limits the till's file to so many pages of 4 KiB, as a full disk would.
    pub max_pages: Option<u32>,
    /// The built web app, which a master inside the till shows to browsers.
    pub web: Option<PathBuf>,
    /// Where a master inside the till listens when its shop begins: the first of these that is free.
    pub ports: RangeInclusive<u16>,
    /// A master that is not reached for so long, and up to twice that, is looked for at other
    /// addresses of the network.
    pub look_for_master: Duration,
}

impl Options {
    /// A till in a folder, with as much room as the disk gives.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self {
            folder,
            max_pages: None,
            web: None,
            ports: 7_400..=7_409,
            look_for_master: Duration::from_secs(10),
        }
    }
}

/// The door to the till's thread. Dropping it ends the work wherever it is, as the end of the process
/// would, and waits until the till's files are free; nothing recorded is lost.
#[derive(Debug)]
pub struct Controller {
    messages: mpsc::UnboundedSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Tells somebody who listens; false once nobody does.
type Tell = Box<dyn FnMut(String) -> bool + Send>;

/// What the till's thread is asked for.
enum Message {
    Begin {
        answer: oneshot::Sender<()>,
    },
    Ask {
        method: String,
        args: String,
        answer: oneshot::Sender<Result<String, TillError>>,
    },
    Listen {
        method: String,
        args: String,
        tell: Tell,
        answer: oneshot::Sender<Result<u32, TillError>>,
    },
    /// What stays behind where the till is closed now.
    Leave {
        answer: oneshot::Sender<LeftBehind>,
    },
    /// Closes the till first.
    End,
    /// Ends wherever the work is.
    Vanish,
}

impl Controller {
    /// Starts the till's thread. That the till cannot be opened is part of its status.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(options: Options, desktop: impl Desktop) -> io::Result<Self> {
        let (messages, inbox) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .thread_name("till worker")
            .enable_all()
            .build()?;
        let thread = std::thread::Builder::new().name("till".to_owned());
        let thread = thread.spawn(move || run(&runtime, options, desktop, inbox))?;
        Ok(Self {
            messages,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The screens begin, or begin again: nobody is logged in, nobody listens, and a till that
    /// could not be opened is opened again.
    ///
    /// # Errors
    /// When the till has ended.
    pub async fn begin(&self) -> Result<(), TillError> {
        self.send(|answer| Message::Begin { answer }).await
    }

    /// Answers a method of `SyncBackend`, with a JSON array of its arguments, with JSON.
    ///
    /// # Errors
    /// When the till says no, or has ended.
    pub async fn ask(&self, method: &str, args: &str) -> Result<String, TillError> {
        let (method, args) = (method.to_owned(), args.to_owned());
        self.send(|answer| Message::Ask {
            method,
            args,
            answer,
        })
        .await?
    }

    /// Tells what a method of `SyncBackend` would call back with, as JSON, until `tell` says no or
    /// the number that this gives is unsubscribed.
    ///
    /// # Errors
    /// When the till says no, or has ended.
    pub async fn listen(
        &self,
        method: &str,
        args: &str,
        tell: impl FnMut(String) -> bool + Send + 'static,
    ) -> Result<u32, TillError> {
        let (method, args, tell) = (method.to_owned(), args.to_owned(), Box::new(tell));
        self.send(|answer| Message::Listen {
            method,
            args,
            tell,
            answer,
        })
        .await?
    }

    /// What stays behind where the till is closed now; nothing of one that has ended.
    pub async fn left_behind(&self) -> LeftBehind {
        let left = self.send(|answer| Message::Leave { answer }).await;
        left.unwrap_or_default()
    }

    /// Closes the till and waits for that.
    pub fn end(&self) {
        self.finish(Message::End);
    }

    fn finish(&self, how: Message) {
        // A thread that has ended needs no word.
        let _ = self.messages.send(how);
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            let _ = thread.join();
        }
    }

    async fn send<R>(
        &self,
        message: impl FnOnce(oneshot::Sender<R>) -> Message,
    ) -> Result<R, TillError> {
        let (answer, answered) = oneshot::channel();
        let ended = || TillError::new("closed", Class::Fatal, "The till is closed.");
        self.messages.send(message(answer)).map_err(|_| ended())?;
        answered.await.map_err(|_| ended())
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        self.finish(Message::Vanish);
    }
}

fn run(
    runtime: &Runtime,
    options: Options,
    desktop: impl Desktop,
    inbox: mpsc::UnboundedReceiver<Message>,
) {
    let tasks = LocalSet::new();
    tasks.block_on(runtime, async move {
        let desktop: Rc<dyn Desktop> = Rc::new(desktop);
        let place = Place::new(options, Rc::clone(&desktop));
        spawn_local(Rc::clone(&place).run());
        let till = Rc::new(Till::open(Rc::clone(&place) as Rc<dyn Host>).await);
        let running = Rc::clone(&till);
        spawn_local(async move { running.run().await });
        let telling = Rc::clone(&till);
        spawn_local(async move { told::follow(&telling, &*desktop).await });
        answer(&till, &place, inbox).await;
    });
}

/// Answers until it is told to end. Questions do not wait for each other.
async fn answer(till: &Rc<Till>, place: &Rc<Place>, mut inbox: mpsc::UnboundedReceiver<Message>) {
    while let Some(message) = inbox.recv().await {
        let till = Rc::clone(till);
        // Who no longer waits for an answer asked all the same: it is done.
        match message {
            Message::Begin { answer } => drop(spawn_local(async move {
                till.begin().await;
                let _ = answer.send(());
            })),
            Message::Ask {
                method,
                args,
                answer,
            } => drop(spawn_local(async move {
                let _ = answer.send(till.call(&method, &args).await);
            })),
            Message::Listen {
                method,
                args,
                mut tell,
                answer,
            } => {
                let listening = till.listen(&method, &args);
                let number = listening.as_ref().map(till::Listening::number);
                let _ = answer.send(number.map_err(Clone::clone));
                if let Ok(mut listening) = listening {
                    spawn_local(async move {
                        while let Some(told) = listening.next().await {
                            if told.is_ok_and(|told| !tell(told)) {
                                break;
                            }
                        }
                    });
                }
            }
            Message::Leave { answer } => {
                let place = Rc::clone(place);
                drop(spawn_local(async move {
                    let _ = answer.send(place.left_behind().await);
                }));
            }
            Message::End => return till.close().await,
            Message::Vanish => return,
        }
    }
}
